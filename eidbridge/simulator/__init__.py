"""A CIE chip in software, and cards people lay down by mistake: for tests, documentation and a PC without a reader.

It is written from the chip's side alone. It shares ciphers and key derivation with the terminal, and none of its
protocol code: a mistake made on both sides would pass every test.
"""
