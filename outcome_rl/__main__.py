"""``python -m outcome_rl``."""

from .cli import main

if __name__ == "__main__":
    main()
