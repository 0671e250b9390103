// The words of the lessons' pages around the lessons themselves.

/**
 * @typedef {object} LessonWords
 * @property {string} lessons
 * @property {string} all leads to the list of lessons
 * @property {string} name the language's own
 * @property {string} sheet leads to what the pupils get
 * @property {string} teacher prints the whole lesson
 * @property {string} who a line for the pupil's name
 * @property {string} when a line for the date
 */

/** @type {Record<string, LessonWords>} */
export const LESSON_WORDS = {
	ar: {
		...{ lessons: "دروس", all: "كل الدروس", name: "العربية" },
		...{ sheet: "ورقة التلاميذ للطباعة", teacher: "ورقة المعلّم للطباعة", who: "الاسم", when: "التاريخ" },
	},
	de: {
		...{ lessons: "Unterrichtsstunden", all: "Alle Stunden", name: "Deutsch" },
		...{
			sheet: "Blatt für die Klasse drucken",
			teacher: "Blatt für die Lehrkraft drucken",
			who: "Name",
			when: "Datum",
		},
	},
	en: {
		...{ lessons: "Lessons", all: "All lessons", name: "English" },
		...{ sheet: "Print the pupil’s sheet", teacher: "Print the teacher’s sheet", who: "Name", when: "Date" },
	},
	es: {
		...{ lessons: "Lecciones", all: "Todas las lecciones", name: "Español" },
		...{
			sheet: "Imprimir la hoja del alumnado",
			teacher: "Imprimir la hoja del profesorado",
			who: "Nombre",
			when: "Fecha",
		},
	},
	fr: {
		...{ lessons: "Leçons", all: "Toutes les leçons", name: "Français" },
		...{
			sheet: "Imprimer la fiche de l’élève",
			teacher: "Imprimer la fiche de l’enseignant",
			who: "Nom",
			when: "Date",
		},
	},
	hi: {
		...{ lessons: "पाठ", all: "सभी पाठ", name: "हिन्दी" },
		...{ sheet: "विद्यार्थी का पन्ना छापें", teacher: "शिक्षक का पन्ना छापें", who: "नाम", when: "तारीख़" },
	},
	it: {
		...{ lessons: "Lezioni", all: "Tutte le lezioni", name: "Italiano" },
		...{
			sheet: "Stampa il foglio per gli alunni",
			teacher: "Stampa il foglio per l’insegnante",
			who: "Nome",
			when: "Data",
		},
	},
	pt: {
		...{ lessons: "Aulas", all: "Todas as aulas", name: "Português" },
		...{ sheet: "Imprimir a folha do aluno", teacher: "Imprimir a folha de quem ensina", who: "Nome", when: "Data" },
	},
	tr: {
		...{ lessons: "Dersler", all: "Bütün dersler", name: "Türkçe" },
		...{ sheet: "Öğrenci kâğıdını yazdır", teacher: "Öğretmen kâğıdını yazdır", who: "Ad", when: "Tarih" },
	},
	uk: {
		...{ lessons: "Уроки", all: "Усі уроки", name: "Українська" },
		...{ sheet: "Надрукувати аркуш для учнів", teacher: "Надрукувати аркуш для вчителя", who: "Ім’я", when: "Дата" },
	},
	zh: {
		...{ lessons: "课程", all: "全部课程", name: "中文" },
		...{ sheet: "打印学生用纸", teacher: "打印教师用纸", who: "姓名", when: "日期" },
	},
};

/** Those that are written from right to left. */
export const RIGHT_TO_LEFT = ["ar"];
