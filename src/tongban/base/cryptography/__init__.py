"""Cryptography without I/O: keys, signatures, envelopes, look-ups, canonical JSON. Import its modules, not names.

``keys`` pins each key to one algorithm; ``jws`` signs data; ``envelope`` keeps personal data under a key that can be
destroyed; ``lookup`` finds an identifier without storing it; ``canonical`` gives JSON one spelling; ``secrets`` makes
and checks one-time codes. Everything fails by a named exception of ``errors``, never by a false value that a caller
could overlook.
"""
