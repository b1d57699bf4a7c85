from django.urls import path

from wheal.clinic.stock import views

app_name = "stock"
urlpatterns = [
    path("", views.stock, name="list"),
    path("products/new/", views.product_new, name="product-new"),
    path("receive/", views.receive, name="receive"),
    path("lots/<int:pk>/", views.lot, name="lot"),
    path("lots/<int:pk>/open/", views.open_container, name="open-container"),
    path("lots/<int:pk>/block/", views.block, name="block-lot"),
    path("lots/<int:pk>/free/", views.free, name="free-lot"),
    path("containers/<int:pk>/empty/", views.empty_container, name="empty-container"),
]
