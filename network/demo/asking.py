"""An invented organization that asks to be registered, so that the stewards' desk has something to decide."""

from network import actions
from network.models import Application


def ask_for_registration() -> Application:
    """One open application, of a name that looks like a registered one."""
    return actions.apply(
        Application(
            name="架空 浜松中央商工会",
            kana="かくう はままつちゅうおうしょうこうかい",
            kind="society_of_commerce",
            prefecture="22",
            about="市内の小さな事業者の経営と、はじめてのIT導入を支えています。",
            has_ties=False,
            applicant_name="架空 遠州 みどり",
            applicant_email="applicant@example.jp",
        )
    )
