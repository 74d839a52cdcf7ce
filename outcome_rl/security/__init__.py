"""What keeps a page safe that strangers use together: caps, which models may be had, and who is who."""
