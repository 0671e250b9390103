// Show & Tell and a micro:bit, for MakeCode (JavaScript), with the extension bluetooth: each line that comes is the name of a class
// that has won. Write the names of your classes here, exactly as they are in the page.

const FIRST = "cat";
const SECOND = "dog";

bluetooth.startUartService();
basic.showIcon(IconNames.Diamond);

bluetooth.onBluetoothConnected(function () {
	basic.showIcon(IconNames.Yes);
});

bluetooth.onBluetoothDisconnected(function () {
	basic.showIcon(IconNames.No);
});

function happen(label: string) {
	if (label == FIRST) {
		basic.showIcon(IconNames.Happy);
		pins.servoWritePin(AnalogPin.P0, 30);
	} else if (label == SECOND) {
		basic.showIcon(IconNames.Sad);
		pins.servoWritePin(AnalogPin.P0, 150);
	} else {
		// "unknown", or another class
		basic.showIcon(IconNames.Asleep);
		pins.servoWritePin(AnalogPin.P0, 90);
	}
}

bluetooth.onUartDataReceived(serial.delimiters(Delimiters.NewLine), function () {
	happen(bluetooth.uartReadUntil(serial.delimiters(Delimiters.NewLine)));
});
