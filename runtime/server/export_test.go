package server

var Patient = patient
