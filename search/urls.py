"""Addresses of search."""

from django.urls import path

import network.addresses  # noqa: F401 - registers <record:…>
from search.views import box, cases, dictionary, history, inquiries, refused, saved, similar, unanswered

app_name = "search"

urlpatterns = [
    path("cases/", cases.cases, name="cases"),
    path("cases/<record:pk>/similar/", similar.like_case, name="like_case"),
    path("search/", box.everything, name="everything"),
    path("search/ways-on/", cases.ways_on, name="ways_on"),
    path("search/suggest/", box.suggest, name="suggest"),
    path("search/similar/<slug:kind>/<record:pk>/", similar.like_matter, name="like_matter"),
    path("search/saved/", saved.saved, name="saved"),
    path("search/saved/new/", saved.save, name="save"),
    path("search/saved/news/", saved.news, name="saved_news"),
    path("search/saved/<record:pk>/change/", saved.change, name="change_saved"),
    path("search/saved/<record:pk>/delete/", saved.delete, name="delete_saved"),
    path("search/saved/<record:pk>/seen/", saved.seen, name="saved_seen"),
    path("search/history/", history.history, name="history"),
    path("search/history/forget/", history.forget_all, name="forget_all"),
    path("search/history/<record:pk>/forget/", history.forget, name="forget"),
    path("inquiries/", inquiries.inquiries, name="inquiries"),
    path("inquiries/new/", inquiries.ask, name="ask"),
    path("inquiries/<record:pk>/reply/", inquiries.reply, name="reply"),
    path("inquiries/<record:pk>/close/", inquiries.close, name="close_inquiry"),
    path("steward/dictionary/", dictionary.dictionary, name="dictionary"),
    path("steward/dictionary/new/", dictionary.add, name="add_synonym"),
    path("steward/dictionary/<record:pk>/delete/", dictionary.remove, name="remove_synonym"),
    path("steward/index/", refused.refused, name="refused"),
    path("steward/index/<record:pk>/again/", refused.send_again, name="send_again"),
    path("steward/searches/", unanswered.unanswered, name="unanswered"),
    path("steward/searches/<record:pk>/settle/", unanswered.settle, name="settle_unanswered"),
]
