"""Coming to a hall of this city: a time booked beforehand, a number taken there, and being called (一次取号).

``rules`` what halls receive people by, ``booking`` times, ``codes`` what stands in QR codes, ``numbers`` tickets, ``outlook``
how long it takes, ``calling`` the clerk at a window, ``serving`` what a clerk books for somebody, ``closing`` what the clock
does, ``telling`` what people are told. One booking and one number serve every office of a matter.
"""

from tongban.journeys.visit import booking, calling, closing, codes, numbers, outlook, rules, serving, telling

__all__ = ["booking", "calling", "closing", "codes", "numbers", "outlook", "rules", "serving", "telling"]
