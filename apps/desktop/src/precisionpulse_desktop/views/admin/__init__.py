"""The pages with which administrators work: the site's users, roles, permissions, configuration and logs."""
