"""English for how the screen looks: themes."""


class EnglishLook:
    """What is said about it."""

    read_anew = "Read anew"
    already_here = "This is where you are"

    do_theme = "Theme"
    tip_theme = "Draw in the next theme: the terminal's 16 colours, dark, light, none; it is remembered"
    theme_terminal = "the terminal's own 16 colours"
    theme_dark = "dark"
    theme_light = "light"
    theme_none = "no colours"
    theme_now = "Theme: {name}"
    theme_no_color = "NO_COLOR is set: there are no colours in any theme"
    theme_not_kept = "The theme is used, but could not be remembered: {why}"
