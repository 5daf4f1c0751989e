"""All writes of the forum. Callers open the transaction and load rows inside it.

Rows are locked and counted in one order, thread before board, so that two writers never wait for each other.
"""

from forum.services.answers import accept_answer, withdraw_answer
from forum.services.arranging import (
    audience_on,
    copy_post,
    merge_threads,
    move_thread,
    require_arranger,
    require_mergeable,
    split_thread,
    would_leave,
)
from forum.services.attachments import attach, remove_of, sweep_unclaimed
from forum.services.boards import create_board, edit_board, ensure_subject_board, follow_subjects
from forum.services.bookmarks import keep_post, let_go
from forum.services.drafts import drop_draft, is_published, save_draft
from forum.services.feeds import renew_feed_token, revoke_feed_tokens
from forum.services.following import change_chosen, follow_unless_chosen, set_follow, set_level, watch
from forum.services.marks import require_sort, sort_thread
from forum.services.moderating import hide_post, lock_thread, require_moderator, restore_post, unlock_thread
from forum.services.pins import Pin, mark_digest, pin_thread, set_timer
from forum.services.plans import create_template, delete_template, edit_template, save_field
from forum.services.polls import cast_vote, change_poll, close_poll, note_ended
from forum.services.posts import delete_post, edit_post, reply
from forum.services.reactions import react
from forum.services.reading import advance_positions, mark_all_read, mark_board_read, mark_seen
from forum.services.receipts import confirm_announcement, remind_readers
from forum.services.removal import (
    bring_back,
    put_back,
    remove,
    require_remove,
    require_restore_version,
    restore_version,
)
from forum.services.renumbering import renumber_positions
from forum.services.tags import create_tag, edit_tag, merge_tag
from forum.services.threads import Opening, start_thread
from forum.services.translations import approve_translation, propose_translation, withdraw_translation

__all__ = [
    "Opening",
    "Pin",
    "accept_answer",
    "advance_positions",
    "approve_translation",
    "attach",
    "audience_on",
    "bring_back",
    "cast_vote",
    "change_chosen",
    "change_poll",
    "close_poll",
    "confirm_announcement",
    "copy_post",
    "create_board",
    "create_tag",
    "create_template",
    "delete_post",
    "delete_template",
    "drop_draft",
    "edit_board",
    "edit_post",
    "edit_tag",
    "edit_template",
    "ensure_subject_board",
    "follow_subjects",
    "follow_unless_chosen",
    "hide_post",
    "is_published",
    "keep_post",
    "let_go",
    "lock_thread",
    "mark_all_read",
    "mark_board_read",
    "mark_digest",
    "mark_seen",
    "merge_tag",
    "merge_threads",
    "move_thread",
    "note_ended",
    "pin_thread",
    "propose_translation",
    "put_back",
    "react",
    "remind_readers",
    "remove",
    "remove_of",
    "renew_feed_token",
    "renumber_positions",
    "reply",
    "require_arranger",
    "require_mergeable",
    "require_moderator",
    "require_remove",
    "require_restore_version",
    "require_sort",
    "restore_post",
    "restore_version",
    "revoke_feed_tokens",
    "save_draft",
    "save_field",
    "set_follow",
    "set_level",
    "set_timer",
    "sort_thread",
    "split_thread",
    "start_thread",
    "sweep_unclaimed",
    "unlock_thread",
    "watch",
    "withdraw_answer",
    "withdraw_translation",
    "would_leave",
]
