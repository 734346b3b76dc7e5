"""What terminal and simulated chip share: ciphers, MACs, key derivation, key agreement. Bytes in, bytes out.

Numbers of a card's key agreement are raised with Python's `pow`, which takes a time that depends on them. That is the
terminal's own PC and its own ephemeral keys, at a human's pace; nobody else can measure there what is worth measuring.
"""
