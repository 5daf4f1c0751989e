"""A whole course as one ZIP, out of one site and into another: what it holds, writing it, checking it.

``manifest.json`` names format, version and the checksum of every other part; ``course.json`` holds the rows;
``texts/`` what was read out of documents, ``files/`` the documents by checksum. Nothing of people is in it: no
papers, no progress, no names. Rendered HTML is left out and made anew, so that nobody smuggles any in.
"""
