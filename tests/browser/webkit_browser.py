"""A browser of one window, made of WebKitGTK, for its driver; what it keeps stays in a folder.

WebKitGTK's own small browser keeps nothing while it is driven. Run by Debian's Python, which has
GTK: `/usr/bin/python3 webkit_browser.py FOLDER`.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # noqa: E402


def browser(folder: str) -> None:
    """Wait for the driver, and end with it."""
    kept = WebKit2.WebsiteDataManager(base_data_directory=folder, base_cache_directory=folder)
    context = WebKit2.WebContext(website_data_manager=kept)
    context.set_automation_allowed(True)
    window = Gtk.Window(default_width=1280, default_height=1000)

    def page(_session: object) -> WebKit2.WebView:
        view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True)
        window.add(view)
        window.show_all()
        return view

    def driven(_context: object, session: WebKit2.AutomationSession) -> None:
        session.set_application_info(WebKit2.ApplicationInfo())
        session.connect("create-web-view", page)

    context.connect("automation-started", driven)
    Gtk.main()


browser(sys.argv[1])
