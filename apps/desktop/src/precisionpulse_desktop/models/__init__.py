"""What the window shows, without how it looks: the link's status, item models, plotted series."""
