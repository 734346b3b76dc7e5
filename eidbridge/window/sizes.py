"""Measures of the window, in pixels at 100 %."""

WIDTH, HEIGHT, PAD = 680, 660, 12
