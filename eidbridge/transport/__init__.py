"""How bytes reach a card: what a connection is, and the one over PC/SC."""
