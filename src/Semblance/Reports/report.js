document.documentElement.classList.add("js");
document.querySelectorAll(".filter input").forEach(function (box) {
  box.addEventListener("input", function () {
    var word = box.value.trim().toLowerCase();
    document.querySelectorAll("#" + box.getAttribute("data-cards") + " [data-name]").forEach(function (card) {
      card.hidden = word !== "" ? card.getAttribute("data-name").toLowerCase().indexOf(word) === -1 : false;
    });
  });
});
