"""Sending tools' exports in, rows of context, email text and outcome out.

The way of a file: ``data/tables`` and ``mailbox`` read rows and messages, ``recognise`` and ``guess`` say what its
columns mean, ``fold`` makes one row for each recipient and step, ``templates`` fetches texts that stand elsewhere,
``text/cleaning`` keeps what was written, ``context`` composes the context. ``api`` is the door to an import;
``resolve`` takes any file that a command is given, as it stands or imported; ``export`` is the way back.
"""
