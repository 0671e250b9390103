"""``make accuracy``: how often answers on photos are right, and how well "I don't know" works.

``command`` is the command line and ``report`` puts together what the others measure: ``metrics`` (the adapted metric
against others), ``scenarios`` (what is taught and then shown), and from its answers ``unknowns``, ``siblings`` and
``certainty``; ``alarms`` asks the page's coach, and ``shipped`` needs no folders. ``taught`` answers as a room does.
``estimate`` has means and their errors, ``requirements`` what must hold, ``tables`` the text.
"""
