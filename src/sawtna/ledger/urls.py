"""The addresses of the book: its pages under each language, and the files of the log, the same for all."""

from django.urls import path

from sawtna.ledger.views.book import book, entries, entry
from sawtna.ledger.views.log import log_file, receipt
from sawtna.ledger.views.numbers import check_number

app_name = "ledger"

urlpatterns = [
    path("book/", book, name="book"),
    path("book/pages/<int:page>/", entries, name="entries"),
    path("book/<int:index>/", entry, name="entry"),
    path("numbers/<path:key>/", check_number, name="number"),
]
plain_urlpatterns = [
    path("log/receipts/<int:index>.tlog-proof", receipt),
    path("log/<path:name>", log_file),
]
