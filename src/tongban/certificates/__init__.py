"""Certificates and letters: types as data, issued as signed data and as signed PDFs, verified by anyone."""
