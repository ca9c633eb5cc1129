"""What the fields and parameters of this room mean. Loaded only when the API is described."""

from chalicelib.foundation.openapi.vocabulary import Vocabulary

_ID = "7QmC2xW9Lk0aRz5tVb8nYg"

VOCABULARY: Vocabulary = {
    "kind": ("What sort of run it is.", "provider-import"),
    "removed": "Contacts that the run created and that go.",
    "restored": "Contacts whose values come back.",
    "returned": "Contacts that the run removed and that come back.",
    "kept": "Contacts of which something is kept, because it changed since.",
    "failed": "Contacts whose former values have expired.",
    "preview_id": ("The id of the preview that you confirm; nothing for none.", "p7Qm"),
    "rows": "How many rows.",
    "runs": "The decisions, the latest first.",
    "links": "Where to undo it.",
    "undo": ("Where to undo it.", "https://contacts.example/api/v1/runs/7QmC2xW9Lk0aRz5tVb8nYg/undo"),
    "results": "What became of each contact.",
    "reasons": "Why something was kept or failed.",
    "UndoReason.code": ("The code, for programs; null for none.", "edited"),
    "UndoReason.message": ("The reason in a sentence.", "You have edited the contact since."),
    "fields": ("The fields that it is about.", ["emails"]),
    "UndoReason.at": "When it happened, in UTC; null if that is unknown.",
    "UndoResult.contact_id": ("The contact; null if it is gone.", _ID),
    "deleted_at": "When it was deleted, in UTC.",
    "can_be_restored_until": "Until when it can be brought back, in UTC.",
    "total": ("The sum of the five numbers, once it has ended.", 12),
    "notice": ("What else to know before undoing it; null for nothing.", None),
}
