"""Measures of the window, in pixels at 100 %."""

WIDTH, PAD = 640, 12
