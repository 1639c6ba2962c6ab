"""One module a command: ``options(parser, lang)`` adds its options, ``run(context, given)`` does it."""
