{% load static %}import "{% static "wheal/worker.js" %}";
