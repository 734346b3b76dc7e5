"""Commands and answers (ISO/IEC 7816-4), and the links a command passes on its way to the card."""
