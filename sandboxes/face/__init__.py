"""A face and national-ID provider that looks at nobody: a person chooses what it would have found."""
