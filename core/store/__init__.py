"""The profile's durable state: TinyDB on a journal, the vault for secrets, the lock.

``profile`` is what the engine asks; below it ``database`` (TinyDB's classes), ``storage`` (memory, journal and
checkpoint together), ``journal`` and ``frame`` (the append-only file), ``checkpoint`` (stock TinyDB JSON), ``history``
(a file a month), ``index``, ``migrations`` and ``disk``. ``vault`` and ``lock`` stand alone.
"""
