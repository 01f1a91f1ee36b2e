export const SDK_NAME = "precisionpulse-typescript";
