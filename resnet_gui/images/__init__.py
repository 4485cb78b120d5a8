"""Pictures, from a path to the squares that a network sees.

    find ──FoundFile──▶ (the engine's jobs) ──path──▶ read ──bytes, format──▶ decode ──upright picture──▶ preprocess.cut

`sniff` tells formats by first bytes, `plugins` opens one with Pillow, `damage` saves what is left of broken files,
`colours` brings every mode to 8-bit RGB, `geometry` says where crops lie, `preprocessing` how networks want pixels.
`preview` makes pictures for the screen.  What cannot be read is a `status` with a sentence, never an exception.

`find`, `sniff`, `geometry`, `preprocessing` and `status` are plain Python: the window's process imports them.
"""
