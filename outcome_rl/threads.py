"""How the program shares the processor with others."""

import os


def share_cores() -> None:
    """Let threads that wait for work sleep instead of spin; call it before torch is first imported.

    Beside a busy browser, spinning makes sampling on two cores five times slower; on an idle machine it gains a third
    (benchmarks/NOTES.md). ``OMP_WAIT_POLICY=ACTIVE`` in the environment has it back.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
