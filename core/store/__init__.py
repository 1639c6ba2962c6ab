"""The profile's durable state: TinyDB on a journal, the vault for secrets, the lock."""
