"""What `./dev deploy` decides, apart from the calls that it makes: each is tried by `python -m
stack check`.
"""
