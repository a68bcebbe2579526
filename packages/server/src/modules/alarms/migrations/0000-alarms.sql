create schema alarms;
