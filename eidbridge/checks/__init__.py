"""The checks of a PC, its readers and its card: facts are collected, pure functions judge them, one result each."""
