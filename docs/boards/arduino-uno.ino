// Show & Tell and an Arduino Uno: each line that comes by USB is the name of a class that has won.
// Write the names of your classes here, exactly as they are in the page.

#include <Servo.h>

const char *FIRST = "cat";
const char *SECOND = "dog";
const int SERVO_PIN = 9;
const unsigned int LONGEST = 40;

Servo servo;
String line = "";

void setup() {
  Serial.begin(9600);  // as in the action
  pinMode(LED_BUILTIN, OUTPUT);
  servo.attach(SERVO_PIN);
}

void happen(const String &label) {
  if (label == FIRST) {
    digitalWrite(LED_BUILTIN, HIGH);
    servo.write(30);
  } else if (label == SECOND) {
    digitalWrite(LED_BUILTIN, LOW);
    servo.write(150);
  } else {  // "unknown", or another class
    servo.write(90);
  }
}

void loop() {
  while (Serial.available() > 0) {
    char letter = Serial.read();
    if (letter == '\n') {
      happen(line);
      line = "";
    } else if (line.length() < LONGEST) {
      line += letter;
    }
  }
}
