"""Files that staff and partners hand in: read as a stream, one outcome per row, resumable where they stopped.

`xml_stream` reads hostile XML in constant memory; `jobs` runs the rows of a file and commits progress with each.
What a row means is the business of the app that it belongs to.
"""
