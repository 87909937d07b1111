"""What stands between the terminal and the screens: its environment, its bytes, its signals and its end."""
