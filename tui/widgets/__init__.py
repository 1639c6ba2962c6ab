"""What the screens are made of: header, footer, lists, pages, dialogs."""
