"""Show & Tell and a board with MicroPython: a line that comes by USB is the name of a class that has won.

Write the names of your classes into ACTIONS, exactly as they are in the page.
"""

import sys
import time

from machine import Pin

LED = Pin("LED", Pin.OUT)  # on many ESP32 boards: Pin(2, Pin.OUT)


def light_on():
    """Switch the LED on."""
    LED.value(1)


def light_off():
    """Switch it off."""
    LED.value(0)


def blink():
    """Switch it on and off, three times."""
    for _ in range(3):
        LED.value(1)
        time.sleep(0.1)
        LED.value(0)
        time.sleep(0.1)


ACTIONS = {
    "cat": light_on,
    "dog": light_off,
    "unknown": blink,
}

while True:
    line = sys.stdin.readline()
    if not line:
        break
    action = ACTIONS.get(line.strip())
    if action:
        action()
