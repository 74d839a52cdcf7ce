() => document.querySelector('#data-rows').scrollIntoView()
