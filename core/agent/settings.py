"""What a module's settings must be before they are stored."""

import msgspec

from core.model.catalogue import default_mapping
from core.model.problems import Problem
from core.model.setup import ModuleSetup


def check_setup(setup: ModuleSetup, stored: ModuleSetup | None) -> ModuleSetup:
    """Return the settings to store: with the default mapping where there is none, and the next revision (B85).

    Raises ``Problem('bad_request')`` for what cannot be synced.
    """
    mapping = setup.mapping or default_mapping(setup.module, setup.shape)
    if not default_mapping(setup.module, setup.shape):
        raise Problem("bad_request", what=f"{setup.module} ({setup.shape}) cannot be synced yet")
    if setup.create_cap is not None and setup.create_cap < 0:
        raise Problem("bad_request", what="a cap below nought")
    pairs = [(each.crm, each.books, each.part) for each in mapping]
    for pair in pairs:
        if pairs.count(pair) > 1:
            raise Problem("bad_request", what=f"{pair[0]} and {pair[1]} are mapped twice")
    wanted = msgspec.structs.replace(setup, mapping=mapping)
    if stored is None:
        return msgspec.structs.replace(wanted, revision=1)
    if msgspec.structs.replace(wanted, revision=stored.revision) == stored:
        return stored
    return msgspec.structs.replace(wanted, revision=stored.revision + 1)
