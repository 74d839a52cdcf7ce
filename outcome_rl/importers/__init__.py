"""Sending tools' exports in, rows of context, email text and outcome out.

The way of a file: ``sources`` opens it, ``tables`` and ``mailbox`` read rows and messages, ``recognise`` and ``guess``
say what its columns mean, ``fold`` makes one row for each recipient and step, ``templates`` fetches texts that stand
elsewhere, ``clean`` keeps what was written, ``context`` composes the context. ``api`` is the door; ``export`` is the
way back.
"""
