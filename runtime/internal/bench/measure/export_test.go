package measure

var Busiest = busiest
