"""The applications of the CIE and of travel documents: what to ask, in which order, and what the answer means.

Nothing here writes to a card. What no source confirms on a real card says *unconfirmed*.
"""
