"""All worlds, by name."""

from __future__ import annotations

from outcome_rl.errors import ConfigError

from .base import World
from .german import German
from .long import Long
from .nulls import Null, NullContext
from .one_seller import OneSeller
from .rates import Rates
from .sample import Sample
from .stock import Stock
from .subjects import Subjects
from .templates import Templates

WORLDS: dict[str, World] = {
    world.name: world
    for world in (
        Sample(),
        OneSeller(),
        Templates(),
        Stock(),
        Subjects(),
        Long(),
        German(),
        Rates(),
        NullContext(),
        Null(),
    )
}


def load_world(name: str) -> World:
    """The world of that name; ConfigError with the names there are where it is unknown."""
    try:
        return WORLDS[name]
    except KeyError:
        raise ConfigError(f"there is no world {name!r}; there are {', '.join(WORLDS)}") from None
