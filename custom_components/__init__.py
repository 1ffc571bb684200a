"""Custom components of this repository; a package so that tests load ours and no other."""
