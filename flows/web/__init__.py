"""Door 2: the German workspace in the browser (WEB). It calls the use cases that the command line calls.

Door: `app.create_app`. `pages/` has a module for each page, `templates/` its HTML.
"""
