{% load static %}import "{% static script %}";
