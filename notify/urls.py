"""Links to the pages of the inbox."""

INBOX = "/inbox"
SETTINGS = "/inbox/settings"
