"""Find, download and load pretrained models; the device and the type of number that they run with."""
