"""Packages that not everybody needs, and what to install where one is asked for."""

from __future__ import annotations

from typing import Any

from ..errors import ConfigError


def require_ray() -> Any:
    """Ray with its part for data. Raises ConfigError where it is not installed."""
    try:
        import ray
        import ray.data
    except ImportError:
        raise ConfigError(
            "--engine ray needs Ray, which is not installed; install it with: "
            'pip install "ray[data]>=2.60,<3" "pyarrow>=17"'
        ) from None
    return ray
